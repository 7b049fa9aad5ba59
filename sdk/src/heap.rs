//! The allocator of a component. An instance lives for one batch, so handing out memory from one end is nearly all that
//! there is to do: what was freed is kept in a list for each size, the last block grows and shrinks in place, and
//! nothing is ever given back. (Blocks with more than the alignment of a word, which Rust's own types hardly have, are
//! always new ones.) It is smaller and takes fewer instructions than a general allocator.
#![expect(unsafe_code, reason = "an allocator hands out pointers")]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr;

/// Sizes up to this are rounded up to eight bytes, larger ones to a quarter of a power of two.
const SMALL: usize = 128;
/// One for each rounded size: 16 small ones, and four for each power of two from 2^7 to 2^30.
const CLASSES: usize = SMALL / 8 + 1 + 24 * 4;
/// Memory is taken in steps of this many bytes, or more for a large block.
const STEP: usize = 256 << 10;

/// Where memory comes from.
pub(crate) trait Memory {
    /// The part that is there from the beginning: its start and its end.
    fn start(&self) -> (usize, usize);

    /// Makes the memory so many bytes longer, or not at all. Answers the new end.
    fn grow(&self, bytes: usize) -> Option<usize>;
}

/// An allocator for one thread.
pub(crate) struct Heap<M> {
    memory: M,
    state: UnsafeCell<State>,
}

// SAFETY: components have one thread, and so has each test.
unsafe impl<M> Sync for Heap<M> {}

struct State {
    /// First byte that was never handed out, and the end of the memory; both 0 at first.
    next: usize,
    end: usize,
    /// The freed blocks of each size; the first word of a block is the address of the next.
    free: [usize; CLASSES],
}

impl<M: Memory> Heap<M> {
    pub(crate) const fn new(memory: M) -> Self {
        Self { memory, state: UnsafeCell::new(State { next: 0, end: 0, free: [0; CLASSES] }) }
    }
}

/// Number and size of the class that holds so many bytes.
fn class(size: usize) -> (usize, usize) {
    if size <= SMALL {
        let class = size.max(1).div_ceil(8);
        return (class, class * 8);
    }
    let top = (size - 1).ilog2();
    let quarter = ((size - 1) >> (top - 2)) & 3;
    (SMALL / 8 + 1 + (top as usize - 7) * 4 + quarter, (quarter + 5) << (top - 2))
}

impl State {
    /// A new block of `size` bytes behind all others; 0 if there is no more memory.
    fn extend(&mut self, memory: &impl Memory, size: usize, align: usize) -> usize {
        if self.end == 0 {
            (self.next, self.end) = memory.start();
        }
        let align = align.max(8);
        let start = self.next.next_multiple_of(align);
        if self.reach(memory, start, size) { start } else { 0 }
    }

    /// Ends the last block `size` bytes behind `start`.
    fn reach(&mut self, memory: &impl Memory, start: usize, size: usize) -> bool {
        let Some(next) = start.checked_add(size) else { return false };
        if next > self.end {
            match memory.grow((next - self.end).max(STEP)) {
                Some(end) if end >= next => self.end = end,
                _ => return false,
            }
        }
        self.next = next;
        true
    }
}

// SAFETY: blocks are as large and as aligned as was asked for, and no two overlap: a block is either behind all
// others, or comes from the list of the freed ones of its size and is then taken out of it.
unsafe impl<M: Memory> GlobalAlloc for Heap<M> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread, and nothing in here calls back.
        let state = unsafe { &mut *self.state.get() };
        let (class, size) = class(layout.size());
        if layout.align() <= 8
            && let Some(first) = state.free.get_mut(class)
            && *first != 0
        {
            let block = ptr::with_exposed_provenance_mut::<usize>(*first);
            // SAFETY: a freed block of at least one word, aligned to it; it holds the address of the next.
            *first = unsafe { block.read() };
            return block.cast();
        }
        ptr::with_exposed_provenance_mut(state.extend(&self.memory, size, layout.align()))
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        let state = unsafe { &mut *self.state.get() };
        let (class, size) = class(layout.size());
        let address = block.expose_provenance();
        if address + size == state.next {
            state.next = address;
        } else if let Some(first) = state.free.get_mut(class) {
            // SAFETY: the block was handed out by `alloc` and is not used any more; it has at least one word.
            unsafe { block.cast::<usize>().write(*first) };
            *first = address;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let (_, size) = class(layout.size());
        let (_, wanted) = class(new_size);
        if wanted == size {
            return block;
        }
        // SAFETY: as above; the reference is gone before `alloc` is called.
        let state = unsafe { &mut *self.state.get() };
        let address = block.expose_provenance();
        if address + size == state.next && state.reach(&self.memory, address, wanted) {
            return block;
        }
        // SAFETY: the caller promises that the new size makes a layout.
        let new = unsafe { self.alloc(Layout::from_size_align_unchecked(new_size, layout.align())) };
        if !new.is_null() {
            // SAFETY: both blocks are that long, and different.
            unsafe {
                ptr::copy_nonoverlapping(block, new, layout.size().min(new_size));
                self.dealloc(block, layout);
            }
        }
        new
    }
}

#[cfg(target_arch = "wasm32")]
mod component {
    use std::arch::wasm32::{memory_grow, memory_size};

    use super::{Heap, Memory};

    const PAGE: usize = 64 << 10;

    /// The linear memory, behind the data and the stack of the module.
    pub(crate) struct Linear;

    unsafe extern "C" {
        /// The linker's: the first byte behind data and stack.
        static __heap_base: u8;
    }

    impl Memory for Linear {
        fn start(&self) -> (usize, usize) {
            // Only the address counts.
            let base = (&raw const __heap_base).expose_provenance();
            (base, memory_size::<0>() * PAGE)
        }

        fn grow(&self, bytes: usize) -> Option<usize> {
            let before = memory_grow::<0>(bytes.div_ceil(PAGE));
            (before != usize::MAX).then(|| memory_size::<0>() * PAGE)
        }
    }

    #[global_allocator]
    static HEAP: Heap<Linear> = Heap::new(Linear);
}

#[cfg(test)]
mod tests {
    use std::alloc::{GlobalAlloc, Layout};
    use std::cell::Cell;

    use super::{CLASSES, Heap, Memory, STEP, class};

    /// A piece of this process's memory that is handed out step by step.
    struct Region {
        bytes: Vec<u128>,
        used: Cell<usize>,
    }

    impl Region {
        fn new(bytes: usize) -> Self {
            Self { bytes: vec![0; bytes / 16], used: Cell::new(1000) }
        }

        fn base(&self) -> usize {
            self.bytes.as_ptr().expose_provenance()
        }
    }

    impl Memory for Region {
        fn start(&self) -> (usize, usize) {
            (self.base() + 7, self.base() + self.used.get())
        }

        fn grow(&self, bytes: usize) -> Option<usize> {
            let used = self.used.get() + bytes;
            if used > self.bytes.len() * 16 {
                return None;
            }
            self.used.set(used);
            Some(self.base() + used)
        }
    }

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).expect("a layout")
    }

    #[test]
    fn classes_hold_what_they_are_for_and_waste_little() {
        let mut last = (0, 0);
        for size in (1..5000).chain([1 << 20, (1 << 20) + 1, (1 << 31) - 1, 1 << 31]) {
            let (number, rounded) = class(size);
            assert!(number < CLASSES && rounded >= size && rounded % 8 == 0, "{size}");
            assert!(rounded < size + 8 || rounded <= size + size / 4, "{size}: {rounded}");
            assert!((number, rounded) >= last && (number == last.0) == (rounded == last.1), "{size}");
            last = (number, rounded);
        }
        assert_eq!((class(0), class(129), class(1 << 31)), ((1, 8), (17, 160), (112, 1 << 31)));
    }

    #[test]
    fn blocks_keep_their_content_and_never_overlap() {
        let heap = Heap::new(Region::new(64 << 20));
        let mut state = 7_u64;
        let mut next = |bound: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % bound
        };
        let mut blocks: Vec<(*mut u8, Layout, u8)> = Vec::new();
        // SAFETY: every block is written and read within its layout, freed once, and not used afterwards.
        unsafe {
            for round in 0..40_000_u32 {
                if blocks.len() > 200 || (!blocks.is_empty() && next(3) == 0) {
                    let (block, layout, mark) = blocks.swap_remove(next(blocks.len()));
                    assert!((0..layout.size()).all(|at| *block.add(at) == mark), "round {round}");
                    heap.dealloc(block, layout);
                } else if !blocks.is_empty() && next(3) == 0 {
                    let chosen = next(blocks.len());
                    let (block, old, mark) = blocks[chosen];
                    let size = 1 + next(6000);
                    let block = heap.realloc(block, old, size);
                    assert!((0..old.size().min(size)).all(|at| *block.add(at) == mark), "round {round}");
                    block.write_bytes(mark, size);
                    blocks[chosen] = (block, layout(size, old.align()), mark);
                } else {
                    let size = if next(10) == 0 { 1 + next(20_000) } else { 1 + next(200) };
                    let align = if next(20) == 0 { 1 << next(7) } else { 1 << next(4) };
                    let layout = layout(size, align);
                    let block = heap.alloc(layout);
                    assert!(!block.is_null() && block.expose_provenance().is_multiple_of(layout.align()));
                    let mark = (round % 251) as u8;
                    block.write_bytes(mark, size);
                    blocks.push((block, layout, mark));
                }
            }
        }
        assert!(heap.memory.used.get() < 12 << 20, "{}", heap.memory.used.get());
    }

    #[test]
    fn garbage_is_used_again() {
        let heap = Heap::new(Region::new(8 << 20));
        // SAFETY: as above.
        unsafe {
            let held = heap.alloc(layout(100, 8));
            for round in 0..100_000 {
                let (a, b) = (layout(1 + round % 300, 1), layout(1000 + round % 900, 8));
                let (x, y) = (heap.alloc(a), heap.alloc(b));
                heap.dealloc(x, a);
                heap.dealloc(y, b);
            }
            heap.dealloc(held, layout(100, 8));
        }
        assert!(heap.memory.used.get() <= 1000 + STEP, "{}", heap.memory.used.get());
    }

    #[test]
    fn the_last_block_grows_in_place_and_the_end_is_told() {
        let heap = Heap::new(Region::new(4 << 20));
        // SAFETY: as above.
        unsafe {
            let first = heap.alloc(layout(16, 8));
            let mut size = 16;
            while size < 1 << 20 {
                assert_eq!(heap.realloc(first, layout(size, 8), size * 2), first);
                size *= 2;
            }
            assert!(heap.alloc(layout(8 << 20, 8)).is_null());
            assert!(!heap.alloc(layout(1 << 20, 8)).is_null());
        }
    }
}
