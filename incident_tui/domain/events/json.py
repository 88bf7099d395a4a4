"""The types of decoded JSON without floating point, which no event carries."""

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
JsonObject = dict[str, Json]
