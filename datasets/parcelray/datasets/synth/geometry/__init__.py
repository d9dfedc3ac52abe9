"""What things look like to X-rays: closed surfaces and thin walls of named materials, and the rays through them."""
