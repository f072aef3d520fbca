"""The names that a configuration gives to metadata and attachments: UserMetadata and UserContentType."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ..store.numbered_names import user_content_types, user_metadata
from ..store.rules import StoreRules
from .rules import AnnotationRules


def with_user_metadata(rules: StoreRules, options: Mapping[str, Any]) -> StoreRules:
    """The rules with the names of UserMetadata; raises OrthancError for what prevents the server's start."""
    names = user_metadata(options)
    return replace(rules, metadata_names=rules.metadata_names.with_users(names)) if names else rules


def with_user_content_types(rules: AnnotationRules, options: Mapping[str, Any]) -> AnnotationRules:
    """The rules with the names of UserContentType; raises OrthancError for what prevents the server's start."""
    content_types = user_content_types(options)
    if not content_types:
        return rules
    numbers = {name: number for name, (number, _) in content_types.items()}
    return replace(
        rules,
        attachment_names=rules.attachment_names.with_users(numbers),
        content_types=MappingProxyType({number: mime for number, mime in content_types.values() if mime}),
    )
