"""What every face can do, in OpenAPI documents and on pages that are made from them."""
