"""What people see; contains no physics."""
