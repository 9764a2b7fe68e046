"""What a material is: parameter sets with the class, source and range of every number."""
