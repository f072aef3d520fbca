"""The options of `pytest --pyargs conformance` are there for it alone, and clash with no project's."""

from __future__ import annotations

import pytest

from pytest_orthanc_conformance import asks_for_suite

CONFTEST = """
def pytest_addoption(parser):
    parser.addoption("--orthanc-url", default="ours")
    parser.addoption("--orthanc-version", dest="orthanc_release", default="ours")
"""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--pyargs", "conformance"], True),
        (["-q", "--pyargs", "conformance.test_conformance::test_x", "--orthanc-url=x"], True),
        (["--pyargs", "conformances"], False),
        (["conformance"], False),
        ([], False),
    ],
)
def test_the_suite_is_asked_for_by_its_package(arguments: list[str], expected: bool) -> None:
    assert asks_for_suite(arguments) is expected


def test_a_project_has_options_of_these_names(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(
        """
        def test_it(request):
            assert request.config.getoption("--orthanc-url") == "ours"
            assert request.config.getoption("orthanc_release") == "ours"
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_nobody_else_has_them(pytester: pytest.Pytester) -> None:
    assert "--orthanc-exclusive" not in pytester.runpytest_subprocess("--help").stdout.str()
    result = pytester.runpytest_subprocess("--orthanc-exclusive")
    assert "unrecognized arguments: --orthanc-exclusive" in result.stderr.str()
