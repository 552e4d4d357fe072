import io

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd


def greet(name):
    """Takes the letters through a system of linear equations, a table and a picture."""
    numbers = np.array([ord(letter) for letter in f"Grüße, {name}!"], dtype=float)
    matrix = np.eye(len(numbers)) * 2
    table = pd.DataFrame({"number": np.linalg.solve(matrix, matrix @ numbers)})
    table["letter"] = table.number.round().astype(int).map(chr)
    table.number.plot(title="Grüße")
    picture = io.BytesIO()
    plt.savefig(picture)
    assert picture.getvalue().startswith(b"\x89PNG")
    return table.letter.sum()
