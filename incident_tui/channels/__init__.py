"""Outward: one small class for each service; `send` answers Delivered, Failed or Unknown and never raises."""
