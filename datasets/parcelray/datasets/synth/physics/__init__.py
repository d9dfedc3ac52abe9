"""How X-rays are made, weakened and detected: materials, tubes, filters, detectors, and the sum over energies."""
