"""How well drawings are read: the pipeline's own stages over pages with a known truth."""
