"""WHAT MAY BE CLAIMED: comparisons, rank sets, win regions, overfitting; pure, seeded, exact from item scores up."""
