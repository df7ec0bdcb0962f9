"""Tests of the agent, against real interpreters: `LOCKSTEP_TEST_PYTHONS` names them, with colons between."""
