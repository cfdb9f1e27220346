"""House panels, as plain JSON: the only package that imports grafana-foundation-sdk.

Every panel has a title, a description that ends in what to do, a unit, a data source variable and a
text for "no traffic".  Ids and positions are given by `board`.
"""
