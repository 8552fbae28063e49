"""A server of Elasticsearch that is not there: a subclass gives its client the answers."""

from __future__ import annotations

import json

from elastic_transport import ApiResponseMeta, BaseNode, HttpHeaders
from elastic_transport._node import NodeApiResponse

HEADERS = HttpHeaders(
    {
        "content-type": "application/vnd.elasticsearch+json;compatible-with=9",
        "x-elastic-product": "Elasticsearch",
    }
)


class ElasticNode(BaseNode):
    """A node whose `perform_request` a subclass writes."""

    def answer(self, status: int, body: object) -> NodeApiResponse:
        """An answer with this body, in JSON."""
        meta = ApiResponseMeta(status, "1.1", HEADERS, 0.0, self.config)
        return NodeApiResponse(meta, json.dumps(body).encode())

    def close(self) -> None:
        """There is nothing to close."""
