"""Published full cells beside ours, from their masses and their carbon's capacity; nothing is fitted."""
