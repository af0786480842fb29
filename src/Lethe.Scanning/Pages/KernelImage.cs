namespace Lethe.Scanning.Pages;

/// <summary>Finds things in the kernel's own image by what they look like; no symbol is needed.</summary>
internal static class KernelImage
{
    // The kernel maps at most 1 GiB for itself; the largest distribution kernels, with data, have some 60 MiB.
    private const ulong LargestSize = 128 << 20;
    private const int PageSize = 4096;

    // include/linux/sched.h: a task's name has 16 bytes; init/init_task.c names the first "swapper", which becomes swapper/0.
    private static ReadOnlySpan<byte> FirstTaskName => "swapper/0\0"u8;

    /// <summary>The kernel's type information, which lies in its read-only data.</summary>
    /// <returns>Null when there is none.</returns>
    public static TypeInformation? FindTypes(KernelAddressSpace kernel, VmCoreInfo note)
    {
        byte[] header = new byte[TypeInformation.HeaderSize];
        foreach (ulong address in Find(kernel, note, TypeInformation.Start.ToArray()))
        {
            if (!kernel.TryRead(address, header) || TypeInformation.SizeBehind(header) is not { } size) continue;
            byte[] bytes = new byte[header.Length + size];
            if (kernel.TryRead(address, bytes) && TypeInformation.Parse(bytes) is { } types && types.OffsetOf("task_struct", "comm") is not null) return types;
        }

        return null;
    }

    /// <summary>The address of the first task, from which all others can be reached.</summary>
    /// <returns>Null when it is not found.</returns>
    public static ulong? FindFirstTask(KernelObjects objects, VmCoreInfo note)
    {
        foreach (ulong name in Find(objects.Memory, note, FirstTaskName.ToArray()))
        {
            ulong? task = objects.Containing(name, "task_struct", "comm");
            ulong? list = objects.AddressOf(task, "task_struct", "tasks");
            ulong? next = objects.Pointer(task, "task_struct", "tasks");
            if (list is not null && next is not null && objects.HalfWord(task, "task_struct", "pid") == 0
                && objects.Memory.ReadWord(next.Value + 8) == list) return task;
        }

        return null;
    }

    private static IEnumerable<ulong> Find(KernelAddressSpace kernel, VmCoreInfo note, byte[] wanted)
    {
        ulong first = note.Symbol("_stext") & ~(ulong)(PageSize - 1);
        // Found across page borders by keeping the end of the page before.
        byte[] buffer = new byte[wanted.Length + PageSize];
        for (ulong page = first; page - first < LargestSize; page += PageSize)
        {
            buffer.AsSpan(PageSize).CopyTo(buffer);
            if (!kernel.TryRead(page, buffer.AsSpan(wanted.Length)))
            {
                buffer.AsSpan().Clear();
                continue;
            }

            for (int at = 0; at < buffer.Length;)
            {
                int found = buffer.AsSpan(at).IndexOf(wanted);
                if (found < 0) break;
                at += found + 1;
                yield return page - (ulong)wanted.Length + (ulong)at - 1;
            }
        }
    }
}
