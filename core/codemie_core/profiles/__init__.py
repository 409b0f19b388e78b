"""What a person does with profiles: make, check, hand on and choose them."""
