using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>
/// The supervisor's end of a seccomp filter that asks (seccomp_unotify(2), since Linux 5.0; descriptors can be passed since 5.9).
/// </summary>
internal sealed unsafe partial class SeccompListener(Descriptor descriptor) : IDisposable
{
    // linux/seccomp.h; the sizes and numbers are checked by AbiTests.
    internal const nuint ReceiveRequest = 0xc0502100, SendRequest = 0xc0182101, AddDescriptorRequest = 0x40182103;
    internal const int NotificationSize = 80, ResponseSize = 24, AddDescriptorSize = 24;

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, void* argument);

    /// <summary>Waits for the next question.</summary>
    /// <returns>False when no task is left that could ask.</returns>
    public bool TryReceive(out SeccompQuestion question)
    {
        // SAFETY: the buffer has the size of struct seccomp_notif, which is also in the request's number (AbiTests compares both). The
        // fields that are read lie inside it. The wait is in this frame.
        byte* buffer = stackalloc byte[NotificationSize];
        while (true)
        {
            question = default;
            var wait = new DescriptorWait { Descriptor = descriptor.Number, Wanted = DescriptorWait.Readable };
            if (DescriptorWait.Any(&wait, 1, -1) < 0) continue;
            if ((wait.Happened & DescriptorWait.Readable) == 0) return false;
            new Span<byte>(buffer, NotificationSize).Clear();
            if (Control(descriptor.Number, ReceiveRequest, buffer) < 0)
            {
                // ENOENT: the asking task was killed meanwhile; EINTR: a signal.
                if (Marshal.GetLastPInvokeError() is Errno.ENOENT or Errno.EINTR) continue;
                return false;
            }

            // struct seccomp_notif: id, pid, flags, then struct seccomp_data with the arguments 16 bytes in.
            question = new SeccompQuestion(*(ulong*)buffer, *(int*)(buffer + 8), *(ulong*)(buffer + 32), *(ulong*)(buffer + 40));
            return true;
        }
    }

    /// <summary>Puts a copy of a descriptor into the process that asks; its call returns the number there.</summary>
    public void AnswerWithDescriptor(SeccompQuestion question, Descriptor given, bool closeOnExecute)
    {
        // struct seccomp_notif_addfd: id, flags, source, wanted number, descriptor flags.
        // SAFETY: the buffer has the size of struct seccomp_notif_addfd (AbiTests compares). The fields that are written lie inside it.
        byte* buffer = stackalloc byte[AddDescriptorSize];
        new Span<byte>(buffer, AddDescriptorSize).Clear();
        *(ulong*)buffer = question.Id;
        *(int*)(buffer + 12) = given.Number;
        *(int*)(buffer + 20) = closeOnExecute ? FileCalls.O_CLOEXEC : 0;
        int number = Control(descriptor.Number, AddDescriptorRequest, buffer);
        if (number >= 0) Answer(question, number, 0);
        else AnswerWithError(question, Marshal.GetLastPInvokeError());
    }

    /// <summary>Makes the call fail with an errno value.</summary>
    public void AnswerWithError(SeccompQuestion question, int error) => Answer(question, 0, -error);

    /// <inheritdoc/>
    public void Dispose() => descriptor.Dispose();

    private void Answer(SeccompQuestion question, long value, int error)
    {
        // struct seccomp_notif_resp: id, value, error, flags. Sending fails when the asking task is gone, which is fine.
        // SAFETY: the buffer has the size of struct seccomp_notif_resp (AbiTests compares), and the four fields fill it.
        byte* buffer = stackalloc byte[ResponseSize];
        *(ulong*)buffer = question.Id;
        *(long*)(buffer + 8) = value;
        *(int*)(buffer + 16) = error;
        *(uint*)(buffer + 20) = 0;
        _ = Control(descriptor.Number, SendRequest, buffer);
    }
}

/// <summary>A system call that waits for an answer.</summary>
/// <param name="Id">Identifies the question.</param>
/// <param name="Task">The asking task.</param>
/// <param name="First">First argument.</param>
/// <param name="Second">Second argument.</param>
internal readonly record struct SeccompQuestion(ulong Id, int Task, ulong First, ulong Second);
