// Gravity
