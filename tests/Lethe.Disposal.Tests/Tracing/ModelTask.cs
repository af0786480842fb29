namespace Lethe.Tests.Disposal.Tracing;

/// <summary>What a task of the model is doing.</summary>
internal enum Activity
{
    Runs,

    /// <summary>In a stop of ptrace, until the tracer lets it go on or SIGKILL breaks it.</summary>
    Stands,

    /// <summary>In a group stop that the tracer lets be.</summary>
    Listens,

    /// <summary>Inside execve, before anything is decided.</summary>
    Enters,

    /// <summary>Inside execve, waiting for the other threads of its process to be gone.</summary>
    Executes,

    /// <summary>Waits for the child that it made with vfork.</summary>
    AwaitsChild,

    /// <summary>Past its exit stop; it has its memory still, or not any more.</summary>
    Leaves,

    /// <summary>Its death waits to be heard.</summary>
    Dead,

    /// <summary>Its death was heard, or its number went to a thread that executed.</summary>
    Gone,
}

/// <summary>Why a task of the model stands.</summary>
internal enum Stop
{
    Start,
    Fork,
    VirtualFork,
    Clone,
    Call,
    CallReturned,
    Execution,
    Exit,
    Signal,
    Group,
    GroupOver,
}

/// <summary>How a task of the model makes another one.</summary>
internal enum Birth
{
    Fork,
    VirtualFork,
    SharingMemory,
    Thread,
}

/// <summary>An address space of the model.</summary>
internal sealed class ModelMemory(int id)
{
    public int Id => id;

    /// <summary>Tasks that have it (mm_users, without holds).</summary>
    public HashSet<ModelTask> Users { get; } = [];

    public int Holds { get; set; }

    public bool Wiped { get; set; }

    /// <summary>Whether the kernel has taken it back.</summary>
    public bool Freed { get; set; }

    /// <summary>Whether it is the workload's; what the launcher had before lethe's own file was executed is not.</summary>
    public bool Ours { get; init; } = true;

    public long ResidentBytes { get; set; } = 1 << 20;
}

/// <summary>A process of the model: threads that end together.</summary>
internal sealed class ModelProcess(int id)
{
    public int Id => id;

    public List<ModelTask> Threads { get; } = [];

    /// <summary>Whether all of it ends (SIGNAL_GROUP_EXIT).</summary>
    public bool Ending { get; set; }

    /// <summary>The wait status it ends with then.</summary>
    public int Status { get; set; }
}

/// <summary>A task of the model.</summary>
internal sealed class ModelTask(int id, ModelProcess process)
{
    public int Id { get; set; } = id;

    public ModelProcess Process => process;

    /// <summary>Null once it has left it at its end.</summary>
    public ModelMemory? Memory { get; set; }

    public Activity Activity { get; set; } = Activity.Runs;

    /// <summary>Why it stands, when it does.</summary>
    public Stop Stop { get; set; }

    /// <summary>Whether it has yet to stop for the first time, as every new task does.</summary>
    public bool New { get; set; } = true;

    /// <summary>Whether its stop or death has not been told to the tracer.</summary>
    public bool Unheard { get; set; }

    /// <summary>Whether the tracer can know of it: it was told of by its parent, or has told something itself.</summary>
    public bool Known { get; set; }

    /// <summary>Whether its parent has not told of it.</summary>
    public bool Unclaimed { get; set; } = true;

    public int Status { get; set; }

    public ulong Message { get; set; }

    /// <summary>Whether a fatal signal is pending, so that it will never run its program again.</summary>
    public bool Doomed { get; set; }

    /// <summary>Whether its system call was to stop on its return.</summary>
    public bool StopsOnReturn { get; set; }

    /// <summary>Who waits in vfork for it.</summary>
    public ModelTask? VirtualParent { get; set; }

    public bool IsLeader => Id == process.Id;

    public bool IsLiving => Activity is not (Activity.Dead or Activity.Gone);

    /// <summary>Whether it has reached its exit.</summary>
    public bool AtExit =>
        Activity is Activity.Leaves or Activity.Dead or Activity.Gone || (Activity == Activity.Stands && Stop == Stop.Exit);

    public override string ToString() =>
        $"{Id} of {process.Id} ({Activity}{(Activity == Activity.Stands ? $" at {Stop}" : "")}{(Doomed ? ", doomed" : "")})";
}
