using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>One kind of kernel object that is filled with zeros only, held and freed.</summary>
internal abstract class ZeroObjects : IDisposable
{
    private readonly Stack<IDisposable> held = [];

    /// <summary>Takes objects while the guard allows it.</summary>
    /// <returns>Bytes held.</returns>
    public abstract long Take(ScrubGuard guard);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        while (held.TryPop(out IDisposable? one)) one.Dispose();
    }

    /// <summary>Holds something until the end.</summary>
    protected T Hold<T>(T one) where T : IDisposable
    {
        held.Push(one);
        return one;
    }

    /// <summary>Whether an error means that this user can have no more of such objects.</summary>
    protected static bool IsLimit(LinuxException failure) =>
        failure.Error
            is Errno.ENOMEM
                or Errno.ENOSPC
                or Errno.EDQUOT
                or Errno.EMFILE
                or Errno.ENFILE
                or Errno.EAGAIN
                or Errno.ENOBUFS
                or Errno.EACCES
                or Errno.EPERM
                or Errno.ENOSYS
                or Errno.EINVAL
                or Errno.ENOENT;
}
