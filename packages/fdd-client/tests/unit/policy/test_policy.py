import json
import tomllib

import pytest

from fdd.core.errors import InvalidInputError
from fdd_client.policy import Policy, PolicyError, load_policy, sign_policy, template


def test_a_site_without_a_policy_allows_nothing(site):
    assert load_policy(site) == Policy()


def test_a_signed_policy_comes_back(site, allowing):
    sign_policy(site, allowing())
    assert load_policy(site) == allowing()


@pytest.mark.parametrize("field", ["payload", "signature", "kind"])
def test_a_policy_that_was_changed_without_the_key_is_refused(site, allowing, field):
    sign_policy(site, allowing())
    signed = json.loads(site.policy.read_text())
    changes = {
        "payload": signed["payload"].replace('"minimum_sites":1', '"minimum_sites":2'),
        "signature": "A" * 86 + "==",
        "kind": "approval",
    }
    assert changes[field] != signed[field]
    site.policy.write_text(json.dumps({**signed, field: changes[field]}))
    with pytest.raises(PolicyError):
        load_policy(site)


def test_a_policy_of_another_site_is_refused(site, new_site, allowing, tmp_path):
    other = new_site(tmp_path / "other")
    sign_policy(other, allowing())
    site.policy.write_bytes(other.policy.read_bytes())
    with pytest.raises(PolicyError):
        load_policy(site)


def test_the_template_is_a_policy_that_allows_nothing_yet(spec_of):
    from fdd_client.policy import judge

    policy = Policy.model_validate(tomllib.loads(template("demo")))
    assert not judge(policy, spec_of()).allowed


def test_the_template_explains_every_rule():
    from fdd_client.policy import ProjectRule

    written = tomllib.loads(template("demo"))
    assert set(written["projects"]["demo"]) == set(ProjectRule.model_fields)
    assert set(written) == set(Policy.model_fields)


def test_a_template_needs_the_name_of_a_project():
    with pytest.raises(InvalidInputError):
        template('x"]\n[evil')
