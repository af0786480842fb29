using Lethe.Disposal.Wiping;
using Lethe.Linux;
using Lethe.Media;

namespace Lethe.Disposal.Keeping;

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
    { IsBackground = true, Name = "memfds" }.Start();

    private void Answer(SeccompQuestion question)
    {
        try
        {
            using Descriptor made = MemoryFile.Create(NameOf(question), (uint)question.Second);
            // Both open it by name: only such users are counted, and then a lease can tell whether there are others still.
            using Descriptor given = Descriptor.Open($"/proc/self/fd/{made.Number}", FileCalls.O_RDWR);
            Descriptor kept = Descriptor.Open($"/proc/self/fd/{made.Number}", FileCalls.O_RDONLY);
            bool huge = ((uint)question.Second & MemoryCalls.MFD_HUGETLB) != 0;
            if (!objects.Keep(kept, huge ? Medium.HugePagePool : Medium.Memfd)) kept.Dispose();
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
    private static string NameOf(SeccompQuestion question) =>
        TaskView.ReadText(question.Task, question.First, LongestName) ?? throw new LinuxException(Errno.EINVAL, "memfd_create");
}
