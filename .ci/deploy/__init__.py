"""What the scripts beside this folder share: builds as they are deployed, and the emulator that runs them."""
