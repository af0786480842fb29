namespace Lethe.Scanning.Kernel;

/// <summary>Finds things in the kernel's own image by their content. No symbols are needed.</summary>
internal static class KernelImage
{
    // The kernel maps at most 1 GiB for itself. The largest distribution kernels, with data, have some 60 MiB.
    private const ulong LargestSize = 128 << 20;
    private const int PageSize = 4096;

    // include/linux/sched.h: a task's name has 16 bytes. init/init_task.c names the first "swapper", which becomes swapper/0.
    private static ReadOnlySpan<byte> FirstTaskName => "swapper/0\0"u8;

    /// <summary>Finds the kernel's type information in its read-only data.</summary>
    /// <param name="kernel">The kernel's memory.</param>
    /// <param name="note">The note with the address of the image.</param>
    /// <param name="end">The first address behind it. The kernel's data come after it.</param>
    /// <returns>Null when there is none.</returns>
    public static TypeInformation? FindTypes(KernelAddressSpace kernel, VmCoreInfo note, out ulong end)
    {
        byte[] header = new byte[TypeInformation.HeaderSize];
        // The symbol table is in the read-only data, too, before the types (RO_DATA of include/asm-generic/vmlinux.lds.h).
        foreach (ulong address in Find(kernel, note, note.SymbolIfPresent("kallsyms_names"), TypeInformation.Start.ToArray()))
        {
            if (!kernel.TryRead(address, header) || TypeInformation.SizeBehind(header) is not { } size) continue;
            byte[] bytes = new byte[header.Length + size];
            end = address + (ulong)bytes.Length;
            if (
                kernel.TryRead(address, bytes)
                && TypeInformation.Parse(bytes) is { } types
                && types.OffsetOf("task_struct", "comm") is not null
            )
                return types;
        }

        end = 0;
        return null;
    }

    /// <summary>Finds the first task, from which all others can be reached.</summary>
    /// <param name="objects">The kernel's objects.</param>
    /// <param name="note">The note with the address of the image.</param>
    /// <param name="data">An address not far before the kernel's data.</param>
    /// <returns>Its address; null when it is not found.</returns>
    public static ulong? FindFirstTask(KernelObjects objects, VmCoreInfo note, ulong data)
    {
        foreach (ulong name in Find(objects.Memory, note, data, FirstTaskName.ToArray()))
        {
            ulong? task = objects.Containing(name, "task_struct", "comm");
            ulong? list = objects.AddressOf(task, "task_struct", "tasks");
            ulong? next = objects.Pointer(task, "task_struct", "tasks");
            if (list is not null && next is not null && objects.HalfWord(task, "task_struct", "pid") == 0
                && objects.Memory.ReadWord(next.Value + 8) == list) return task;
        }

        return null;
    }

    /// <summary>Finds bytes: first from the address on where they probably are, then in the whole image.</summary>
    private static IEnumerable<ulong> Find(KernelAddressSpace kernel, VmCoreInfo note, ulong? likely, byte[] wanted)
    {
        // Differences, because an address in a note plus a length may pass the end of the address space.
        ulong start = note.Symbol("_stext"), before = (likely ?? start) - start;
        IEnumerable<ulong> likelier = before is > 0 and < LargestSize ? FindFrom(kernel, start + before, LargestSize - before, wanted) : [];
        return likelier.Concat(FindFrom(kernel, start, LargestSize, wanted));
    }

    private static IEnumerable<ulong> FindFrom(KernelAddressSpace kernel, ulong start, ulong length, byte[] wanted)
    {
        // The end of the page before is kept, so that matches across page borders are found.
        byte[] buffer = new byte[wanted.Length + PageSize];
        ulong first = start & ~(ulong)(PageSize - 1);
        for (ulong page = first; page - first < length; page += PageSize)
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
