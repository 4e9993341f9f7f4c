# Answers with an object whose unpickling or copying would run code outside. Contained: nothing is ever unpickled.
# %%
breach = []
import os


class Reduce:
    def __reduce__(self):
        return os.system, ("touch /tmp/hostile-mark /dev/shm/hostile-mark",)

    __reduce_ex__ = lambda self, _: self.__reduce__()
    __repr__ = lambda self: "__import__('os').system('touch /tmp/hostile-mark')"


ex1_r, ex1_kl_pq, ex1_kl_pq_exact = [Reduce()], Reduce(), "__import__('os').system('touch /tmp/hostile-mark')"
ex1_kl_qp = "(lambda: 1)()"
