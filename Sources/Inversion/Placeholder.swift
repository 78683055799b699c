// Inversion
