"""What registries tell of images, to whom they tell it, and how they are asked."""
