"""What stands there: each region read in the direction that reads better, in parts if it has parts, signs by shape."""
