"""Write observations of a body on an ellipse: simulate_orbits.py FILE [SEED]"""

import sys

import numpy as np


def main():
    if len(sys.argv) > 2:
        np.random.seed(int(sys.argv[2]))
    angle = np.linspace(0.0, 2.0 * np.pi, 120)
    noise = np.random.normal(0.0, 0.03, size=(120, 2))
    np.save(sys.argv[1], np.stack([3.0 * np.cos(angle), np.sin(angle)], axis=1) + noise)


if __name__ == "__main__":
    main()
