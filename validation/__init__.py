"""What the paper says, as claims with one check each, and problems with known answers."""
