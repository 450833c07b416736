"""What is run at build time, by the package build as by developers."""
