"""Code that the scripts beside this folder share: builds for deployment, and the emulator that runs them."""
