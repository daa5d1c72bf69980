"""What happens later: durable jobs whose steps are verbs of `app`, on an existing engine."""
