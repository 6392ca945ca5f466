import numpy as np
import pytest

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.strategies import CausalModel
from nonlocality.macroscopic_locality.correlators import margin_of
from nonlocality.macroscopic_locality.resolution import (
    isotropic_masking_variance,
    masking_variance,
)
from nonlocality.macroscopic_locality.tilted_chsh import behaviour_tilted_macroscopic


@pytest.mark.parametrize("visibility", [0.3, 0.75, 0.9, 1.0])
def test_noisy_pr_boxes_need_root_two_v_minus_one(visibility):
    box = behaviour_pr_box().with_noise(visibility=visibility)
    exact = isotropic_masking_variance(visibility)
    assert masking_variance(box) == pytest.approx(exact, abs=1e-7)
    assert exact == pytest.approx(max(0, -margin_of(box)), abs=1e-12)


def test_local_behaviours_need_no_noise():
    """Deterministic ones, where eq. (11) reads 0/0, and random mixtures of them."""
    corners = CausalModel(("x", "y"), (2, 2), (2, 2)).corners.astype(float)
    rng = np.random.default_rng(4)
    mixtures = rng.dirichlet(np.ones(len(corners)), size=20) @ corners
    for row in [*corners, *mixtures]:
        behaviour = Behaviour(row.reshape(2, 2, 2, 2))
        assert margin_of(behaviour) >= -1e-12
        assert masking_variance(behaviour) < 1e-7


def test_a_point_of_the_boundary_needs_none_and_one_beyond_it_some():
    box = behaviour_tilted_macroscopic(1 / 3)
    beyond = behaviour_pr_box().mix(box, weight=0.1)
    assert masking_variance(box) < 1e-7
    assert masking_variance(beyond) > 0.01


def test_what_is_not_served_is_refused():
    with pytest.raises(ValueError, match="two outcomes"):
        masking_variance(behaviour_white_noise((3, 2), (2, 2)))
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\], but holds 1\.5"):
        isotropic_masking_variance([0.2, 1.5])
