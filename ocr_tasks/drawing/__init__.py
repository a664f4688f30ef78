"""What the strings of an engineering drawing mean: pure functions over text and geometry."""
