"""What trainers, heads, inspectors and administrators see; 404 for others."""
