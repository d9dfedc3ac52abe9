"""What a scanner makes of X-rays: counts with their faults, the material that they tell, the picture on its screen."""
