using Lethe.Disposal.Wiping;
using Lethe.Linux;

namespace Lethe.Disposal.Running;

/// <summary>Makes the memory files that the workload asks for, and keeps each by a descriptor of its own.</summary>
internal sealed class MemoryFileServer(SeccompListener listener, KeptObjects objects)
{
    private const int LongestName = 249;

    /// <summary>Begins to serve, until the last process that could ask is gone.</summary>
    public void Start() => new Thread(() =>
    {
        using (listener)
        {
            while (listener.TryReceive(out SeccompQuestion question)) Answer(question);
        }
    })
    { IsBackground = true, Name = "memory files" }.Start();

    private void Answer(SeccompQuestion question)
    {
        try
        {
            using Descriptor made = MemoryFile.Create(NameOf(question), (uint)question.Second);
            // Both open it by name: only such users are counted, and then a lease can tell whether there are others still.
            using Descriptor given = Descriptor.Open($"/proc/self/fd/{made.Number}", FileCalls.O_RDWR);
            Descriptor kept = Descriptor.Open($"/proc/self/fd/{made.Number}", FileCalls.O_RDONLY);
            if (!objects.Keep(kept, ((uint)question.Second & MemoryCalls.MFD_HUGETLB) != 0 ? "huge-page-pool" : "memfd")) kept.Dispose();
            listener.AnswerWithDescriptor(question, given, ((uint)question.Second & MemoryCalls.MFD_CLOEXEC) != 0);
        }
        catch (LinuxException failure)
        {
            listener.AnswerWithError(question, failure.Error);
        }
        catch (IOException)
        {
            listener.AnswerWithError(question, Errno.ENOMEM);
        }
    }

    // Only for /proc/PID/fd; what the kernel would refuse (EFAULT, EINVAL) is refused here too.
    private static unsafe string NameOf(SeccompQuestion question)
    {
        byte* name = stackalloc byte[LongestName + 1];
        using Descriptor memory = Descriptor.Open($"/proc/{question.Task}/mem", FileCalls.O_RDONLY);
        long page = Environment.SystemPageSize, first = Math.Min(LongestName + 1, page - (long)(question.First % (ulong)page));
        long got = ProcessMemory.Read(memory, name, first, question.First);
        if (got <= 0) throw new LinuxException(Errno.EFAULT, "memfd_create");
        if (got == first && first <= LongestName && new ReadOnlySpan<byte>(name, (int)got).IndexOf((byte)0) < 0)
            got += Math.Max(0, ProcessMemory.Read(memory, name + got, LongestName + 1 - got, question.First + (ulong)got));
        int length = new ReadOnlySpan<byte>(name, (int)got).IndexOf((byte)0);
        return length < 0 ? throw new LinuxException(Errno.EINVAL, "memfd_create") : System.Text.Encoding.UTF8.GetString(name, length);
    }
}
