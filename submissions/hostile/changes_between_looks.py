# Answers with containers that differ at each look. Contained: they are looked at once.
# %%
breach = []
class Turncoat(dict):
    looks = 0

    def items(self):
        Turncoat.looks += 1
        return [("kl", Turncoat.looks)]

    __getitem__ = get = lambda self, *_: 0.25
    __iter__ = lambda self: iter([[0.1, 0.2, 0.3, 0.4], [7]][Turncoat.looks % 2])


class List(list):
    __len__ = lambda self: 4
    __iter__ = lambda self: iter([7.0] * (4 + Turncoat.looks))
    __getitem__ = lambda self, _: 0.4


ex1_r, ex1_jensen_points, ex1_larger = List(), Turncoat(), List()
