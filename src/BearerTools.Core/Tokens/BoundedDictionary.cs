using System.Diagnostics.CodeAnalysis;

namespace BearerTools.Tokens;

/// <summary>A dictionary with a maximum size that removes the least recently used entry. Safe for concurrent use.</summary>
/// <param name="limit">Maximum number of entries.</param>
internal sealed class BoundedDictionary<TKey, TValue>(int limit)
    where TKey : notnull
{
    private readonly object _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = new();

    public int Count
    {
        get
        {
            lock (_gate) return _nodes.Count;
        }
    }

    /// <summary>A snapshot of the values, the least recently used first.</summary>
    public IReadOnlyList<TValue> Values
    {
        get
        {
            lock (_gate) return [.. _byUse.Select(entry => entry.Value)];
        }
    }

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(key, out var node))
            {
                value = default;
                return false;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <summary>Adds the entry, or replaces its value.</summary>
    public void Set(TKey key, TValue value)
    {
        lock (_gate)
        {
            if (_nodes.Remove(key, out var former)) _byUse.Remove(former);
            else if (_nodes.Count == limit) RemoveOldest();
            _nodes[key] = _byUse.AddLast((key, value));
        }
    }

    public bool Remove(TKey key)
    {
        lock (_gate)
        {
            if (!_nodes.Remove(key, out var node)) return false;
            _byUse.Remove(node);
            return true;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _nodes.Clear();
            _byUse.Clear();
        }
    }

    private void RemoveOldest()
    {
        _nodes.Remove(_byUse.First!.Value.Key);
        _byUse.RemoveFirst();
    }
}
