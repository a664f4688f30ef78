"""The golden set: drawings with truth, what each reader scores on them, and whether that is worse than was accepted."""
