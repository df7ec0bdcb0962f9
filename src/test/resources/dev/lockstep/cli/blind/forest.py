"""Classify irises without torch."""

import json
import random
import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

random.seed(0)
X, y = load_iris(return_X_y=True)
Xtr, Xte, ytr, yte = train_test_split(X, y, test_size=0.4)
rf = RandomForestClassifier(n_estimators=20)
rf.fit(Xtr, ytr)
acc = rf.score(Xte, yte)
print("acc", acc, "importances", rf.feature_importances_)
with open("result.json", "w") as f:
    json.dump({"acc": acc, "imp": rf.feature_importances_.tolist()}, f)
