"""Facts, claims and pictures of each page of evidence, by the name of its template."""
