from nonlocality.foundations.words import adjoint, multiply, reduced


def test_products_of_projectors():
    one, two, other = (((0, 0),), ()), (((1, 0),), ()), (((0, 1),), ())
    assert multiply(one, one) == one
    assert multiply(one, other) is None
    assert multiply(one, two) == (((0, 0), (1, 0)), ())
    assert adjoint(multiply(one, two)) == multiply(two, one)
    assert multiply(multiply(one, two), multiply(one, two)) == (((1, 0), (0, 0), (1, 0)), ())


def test_letters_of_one_party_are_multiplied_out():
    assert reduced(()) == ()
    assert reduced(((0, 0), (0, 0), (1, 1), (0, 0))) == ((0, 0), (1, 1), (0, 0))
    assert reduced(((1, 0), (0, 0), (0, 1))) is None
