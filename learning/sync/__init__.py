"""What a phone did while it had no network: taken in, each thing once, in whatever order it comes."""
