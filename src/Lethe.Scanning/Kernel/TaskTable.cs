namespace Lethe.Scanning.Kernel;

/// <summary>The processes of a memory image, by their address spaces and by the kernel stacks of their threads.</summary>
internal sealed class TaskTable
{
    // PID_MAX_LIMIT allows 4 million. Further tasks are not reported, as the memory for them must be bounded.
    private const int MostTasks = 1 << 18;

    // arch/x86/include/asm/page_64_types.h: THREAD_SIZE, without KASAN.
    private const int StackPages = 4;

    private readonly Dictionary<ulong, ProcessName> addressSpaces = [];
    private readonly Dictionary<long, ProcessName> stacks = [];

    /// <summary>Reads all tasks.</summary>
    /// <param name="objects">The kernel objects of the image.</param>
    /// <param name="firstTask">Address of init_task; null gives an empty table.</param>
    public TaskTable(KernelObjects objects, ulong? firstTask)
    {
        foreach (ulong leader in List(objects, objects.AddressOf(firstTask, "task_struct", "tasks"), "task_struct", "tasks"))
        {
            if (NameOf(objects, leader) is not { } name) continue;
            if (objects.Pointer(leader, "task_struct", "mm") is { } mm) addressSpaces.TryAdd(mm, name);
            ulong? threads = objects.AddressOf(objects.Pointer(leader, "task_struct", "signal"), "signal_struct", "thread_head");
            foreach (ulong thread in List(objects, threads, "task_struct", "thread_node")) AddStack(objects, thread, name);
        }
    }

    /// <summary>How many processes have an address space of their own.</summary>
    public int Count => addressSpaces.Count;

    /// <summary>The process that has an address space (struct mm_struct).</summary>
    public ProcessName? OfAddressSpace(ulong mm) => addressSpaces.TryGetValue(mm, out ProcessName name) ? name : null;

    /// <summary>The process with a thread whose kernel stack includes a page.</summary>
    public ProcessName? OfStack(long frame) => stacks.TryGetValue(frame, out ProcessName name) ? name : null;

    private void AddStack(KernelObjects objects, ulong thread, ProcessName name)
    {
        if (stacks.Count >= MostTasks * StackPages || objects.Pointer(thread, "task_struct", "stack") is not { } stack) return;
        for (int page = 0; page < StackPages; page++)
        {
            if (objects.Memory.Translate(stack + (ulong)page * 4096) is { } physical) stacks.TryAdd((long)(physical >> 12), name);
        }
    }

    private static ProcessName? NameOf(KernelObjects objects, ulong task) =>
        objects.HalfWord(task, "task_struct", "tgid") is { } process and <= int.MaxValue
            && objects.Text(objects.AddressOf(task, "task_struct", "comm"), longest: 15) is { } name
            ? new ProcessName((int)process, name)
            : null;

    /// <summary>The objects of a doubly linked list (include/linux/list.h), without its head.</summary>
    private static IEnumerable<ulong> List(KernelObjects objects, ulong? head, string structure, string member)
    {
        // A broken list may run in a circle that does not include its head.
        var seen = new HashSet<ulong>();
        for (ulong? entry = head is null ? null : objects.Memory.ReadWord(head.Value);
            entry is { } at && at != head && seen.Count < MostTasks && seen.Add(at);
            entry = objects.Memory.ReadWord(at))
        {
            if (objects.Containing(at, structure, member) is { } item) yield return item;
        }
    }
}
