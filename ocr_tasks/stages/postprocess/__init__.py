"""What a person would say: readings grouped to strings, picture and text layer merged, numbered, understood."""
