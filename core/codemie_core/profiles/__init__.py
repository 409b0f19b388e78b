"""What users do with profiles: create, check, share and choose them."""
