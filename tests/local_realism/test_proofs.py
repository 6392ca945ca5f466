import json

import pytest

from nonlocality.certificates import check_text
from nonlocality.local_realism.proofs import (
    list_certificate,
    parity_certificate,
    plane_certificate,
)


@pytest.mark.parametrize(
    "made",
    [
        lambda: plane_certificate([((2, 3), (2, 2)), ((6, 1), (4, 1))]),
        lambda: parity_certificate([(5, 2)]),
        lambda: list_certificate(
            [0, 0, 0, 2, 0, 1, -2, 0, 0, -2, 0, 0, 2, 0, 0, 1],
            first=[0, 1.5],
            second=[-2.4, 2.3],
        ),
    ],
)
def test_what_is_made_is_proved(made):
    data = made()
    assert check_text(json.dumps(data)) == data["proves"]
