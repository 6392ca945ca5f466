"""What several test files of this chapter share."""

import pytest

from nonlocality.book.ledger import printed_table
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table


@pytest.fixture(scope="module")
def table1():
    """The assemblage of Table I of arXiv:1505.01430."""
    return assemblage_of_table(printed_table("ps-table1"))
