"""What readers ask of a board, answered from its published documents."""
