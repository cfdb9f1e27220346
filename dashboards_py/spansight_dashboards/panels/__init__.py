"""House panels, as plain JSON: the only package that imports grafana-foundation-sdk.

Every panel has a title, a description that ends in what to do, a unit, a data source variable and a
text for "no traffic".  Ids and positions are given by `board`.
"""

import warnings
from importlib import import_module

with warnings.catch_warnings():
    # The SDK advises schema v2, which Grafana 13.0 and 13.1 fail to load from provisioned files.
    # These two of its modules warn once, when they are first imported: here.
    warnings.simplefilter("ignore", DeprecationWarning)
    import_module("grafana_foundation_sdk.builders.dashboard")
    import_module("grafana_foundation_sdk.models.dashboardv2beta1")
