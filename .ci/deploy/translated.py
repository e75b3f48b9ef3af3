"""The template that CloudFormation gets, made by SAM's own translator."""

import logging
import os

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")  # The translator asks for a region, and sends it nowhere.

from samcli.yamlhelper import yaml_parse  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402

# The translator warns that its metrics go nowhere.
logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)


class NoManagedPolicies:
    """Answers that the translator would otherwise ask IAM for."""

    @staticmethod
    def load():
        return {}


def translate(text):
    """Returns the resources by their logical ids."""
    template = yaml_parse(text)
    # The form that `sam package` writes. The translator accepts no folder.
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/code.zip"
    values = {name: "https://example.com" for name in template.get("Parameters", {})}
    return transform(template, values, NoManagedPolicies())["Resources"]


def routes(resources):
    """Returns the logical id of the function for each (method, path) of the only HTTP API. `ANY` is any method."""
    [api] = [resource for resource in resources.values() if resource["Type"] == "AWS::ApiGatewayV2::Api"]
    paths = api["Properties"]["Body"]["paths"]
    return {(_method(key), path): _function(operation)
            for path, operations in paths.items() for key, operation in operations.items()}


def _method(key):
    return "ANY" if key == "x-amazon-apigateway-any-method" else key.upper()


def _function(operation):
    integration = operation["x-amazon-apigateway-integration"]
    assert (integration["type"], integration["payloadFormatVersion"]) == ("aws_proxy", "2.0"), integration
    before, _, name = integration["uri"]["Fn::Sub"].partition(":lambda:path/2015-03-31/functions/${")
    assert name, before
    return name.removesuffix(".Arn}/invocations")
