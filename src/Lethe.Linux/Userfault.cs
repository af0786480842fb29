using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>
/// A page that is missing until it is filled. A task that touches it, inside the kernel too, sleeps until then (userfaultfd(2)).
/// </summary>
[CHeader("linux/userfaultfd.h")]
internal sealed unsafe partial class Userfault : IDisposable
{
#pragma warning disable CS1591 // Names of linux/userfaultfd.h.
    public const ulong UFFD_API = 0xAA;
    public const ulong UFFDIO_REGISTER_MODE_MISSING = 1;
#pragma warning restore CS1591

    // ioctl numbers of linux/userfaultfd.h, checked by AbiTests.
    internal const nuint ApiRequest = 0xc018aa3f, RegisterRequest = 0xc020aa00, ZeroPageRequest = 0xc020aa04;
    internal const int MessageSize = 32;

    private readonly Descriptor descriptor;
    private readonly MemoryRange page;

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, void* argument);

    /// <summary>Reserves the page.</summary>
    /// <exception cref="LinuxException">This user may not handle faults of the kernel (vm.unprivileged_userfaultfd), or the kernel lacks
    /// userfaultfd.</exception>
    public Userfault()
    {
        descriptor = new Descriptor(
            (int)Errno.Check(SystemCall.Invoke(SystemCallNumber.SYS_userfaultfd, FileCalls.O_CLOEXEC), "userfaultfd")
        );
        page = MemoryRange.Anonymous(Environment.SystemPageSize);
        try
        {
            // A locked page could not be dropped again after use.
            _ = MemoryCalls.Unlock(page.Start, (nuint)page.Length);
            // SAFETY: struct uffdio_api has three words and struct uffdio_register four, as the requests' numbers say (AbiTests compares
            // those). The page that is registered is this object's.
            ulong* api = stackalloc ulong[3] { UFFD_API, 0, 0 };
            Errno.Check(Control(descriptor.Number, ApiRequest, api), "ioctl UFFDIO_API");
            ulong* register = stackalloc ulong[4] { (ulong)page.Start, (ulong)page.Length, UFFDIO_REGISTER_MODE_MISSING, 0 };
            Errno.Check(Control(descriptor.Number, RegisterRequest, register), "ioctl UFFDIO_REGISTER");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The page's first byte.</summary>
    public byte* Page => page.Start;

    /// <summary>Waits until a task sleeps on the page.</summary>
    /// <param name="milliseconds">How long to wait at most.</param>
    /// <returns>False when no task did in that time.</returns>
    public bool AwaitSleeper(int milliseconds)
    {
        // SAFETY: the wait is in this frame, and so is the message, which has the size of struct uffd_msg (AbiTests compares).
        var wait = new DescriptorWait { Descriptor = descriptor.Number, Wanted = DescriptorWait.Readable };
        if (DescriptorWait.Any(&wait, 1, milliseconds) <= 0) return false;
        byte* message = stackalloc byte[MessageSize];
        return FileCalls.Read(descriptor.Number, message, MessageSize) == MessageSize;
    }

    /// <summary>Fills the page with zeros, which wakes the sleeper.</summary>
    public void Wake()
    {
        // SAFETY: struct uffdio_zeropage has four words, as the request's number says (AbiTests compares it). Only this object's page is
        // filled.
        ulong* range = stackalloc ulong[4] { (ulong)page.Start, (ulong)page.Length, 0, 0 };
        _ = Control(descriptor.Number, ZeroPageRequest, range);
    }

    /// <summary>Frees the page again, so that the next task sleeps on it.</summary>
    public void Rearm() => page.Advise(MemoryCalls.MADV_DONTNEED);

    /// <inheritdoc/>
    public void Dispose()
    {
        descriptor.Dispose();
        page.Dispose();
    }
}
